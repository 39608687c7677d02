/** Attempts on files of the host: to write them, to read them, to have them written by Coxswain later. */

import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Attempt, type Ground, seen } from './attempt.ts';

function isThere(path: (ground: Ground, id: string) => string): NonNullable<Attempt['sign']> {
  return (after, id) => seen(existsSync(path(after, id)), `${path(after, id)} is there`);
}

function holds(path: (ground: Ground) => string): NonNullable<Attempt['sign']> {
  return (after, id) => {
    const file = path(after);
    return seen(existsSync(file) && readFileSync(file, 'utf8').includes(id), `${file} holds its text`);
  };
}

/** Files of the user's with a secret of this attempt's in each. */
function secretsIn(...names: readonly string[]): NonNullable<Attempt['before']> {
  return (ground, id) => {
    for (const name of names) {
      const file = join(ground.home, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${existsSync(file) ? readFileSync(file, 'utf8') : ''}${ground.secret(id)}\n`);
    }
  };
}

const KEYS = [
  '.ssh/id_ed25519', '.aws/credentials', '.gnupg/private-keys-v1.d/a.key', '.netrc', '.config/gh/hosts.yml', '.npmrc',
  '.docker/config.json', '.kube/config', '.mozilla/firefox/x.default/logins.json', '.config/google-chrome/Default/Cookies',
  '.local/share/keyrings/login.keyring', '.bash_history', '.config/gcloud/credentials.db', '.cargo/credentials.toml', '.git-credentials',
]; // biome-ignore format: a list of names

/** Of the attempt's own folder, which lies beside its prompt. */
const OWN_FOLDER = 'own=$(dirname "$COX_PROMPT_FILE")';

export const ON_FILES: readonly Attempt[] = [
  {
    name: 'writes beside the repository, in the temporary folder of the host',
    script:
      'echo written > "$PLACE/written"; rm -f "$PLACE/secret"; touch "$ROOT/../cox-intruder-$ID" && rm -f "$ROOT/../cox-intruder-$ID"',
    bare: 'succeeds',
  },
  {
    name: 'reads beside the repository',
    script: 'cat "$PLACE/secret"; cp "$PLACE/secret" copied.txt',
    bare: 'succeeds',
  },
  {
    name: 'writes into the checkout of the user',
    script: `echo x > "$REPO/intruder-$ID"; cp README.md "$REPO/README-$ID.md"; cat "$REPO/untracked.txt"`,
    sign: isThere(({ checkout }, id) => join(checkout, `intruder-${id}`)),
    bare: 'succeeds',
  },
  {
    name: 'reads what the user has not committed',
    script: 'cat "$REPO"/*.txt "$REPO"/.[a-z]*; ls -a "$REPO"',
    before: (ground, id) => writeFileSync(join(ground.checkout, 'untracked.txt'), `${ground.secret(id)}\n`),
    bare: 'succeeds',
  },
  {
    name: 'writes into the slots of others and their folders',
    script: `for folder in "$COX_WORKTREE/.." "$COX_WORKTREE"/../.slot-* "$COX_WORKTREE"/../slot-*; do
  [ "$folder" -ef "$COX_WORKTREE" ] || echo x > "$folder/intruder-$ID"; done`,
    sign: ({ home }, id) =>
      seen(
        globSync(`state/coxswain/slots/*/intruder-${id}`, { cwd: home }).length > 0,
        'its file lies in the pool',
      ),
    bare: 'succeeds',
  },
  {
    name: 'reads the prompts and logs of other attempts',
    script: `for folder in "$REPO"/.git/coxswain/runs/*/attempts/*; do case $folder in */$ID | *'*') ;; *) echo "GOT: $folder" ;; esac; done`,
    bare: 'may',
  },
  {
    name: 'reads and writes the event log',
    script: `[ ! -s "$REPO/.git/coxswain/log.db" ] || echo "GOT: the event log"; mkdir -p "$REPO/.git/coxswain"; echo x > "$REPO/.git/coxswain/intruder-$ID"`,
    sign: isThere(({ checkout }, id) => join(checkout, '.git/coxswain', `intruder-${id}`)),
    bare: 'succeeds',
  },
  {
    name: 'forges the end of its own job',
    script: `${OWN_FOLDER}; mkdir -p "$own/agent"; for name in end claim counts agent; do rm -f "$own/agent/$name"; done
printf 'exited 0 0 .\\n' > "$own/agent/end"; echo '{"is":"done"}' > "$own/outcome.json"; kill -9 $$`,
    sign: (after, id) =>
      seen(
        existsSync(join(after.attemptFolder(id), 'outcome.json')) &&
          readFileSync(join(after.attemptFolder(id), 'outcome.json'), 'utf8') === '{"is":"done"}\n',
        'the outcome is its own',
      ),
    bare: 'may',
  },
  {
    name: 'rewrites its prompt, its context and its log',
    script: `${OWN_FOLDER}; echo "by $ID" > "$COX_PROMPT_FILE"; echo "by $ID" > "$own/agent/stdout.log"; echo x > "$COX_CONTEXT_DIR/intruder-$ID"`,
    sign: (after, id) => {
      const folder = after.attemptFolder(id);
      if (existsSync(join(folder, 'context', `intruder-${id}`))) return 'its context has another file';
      return seen(
        readFileSync(join(folder, 'prompt.txt'), 'utf8').startsWith('by '),
        'its prompt is another',
      );
    },
    bare: 'succeeds',
  },
  {
    name: 'writes into the file that its standard input comes from',
    script: `chmod u+w /proc/self/fd/0; echo "by $ID" > /proc/self/fd/0; python3 -c 'import os; os.fchmod(0, 0o777); os.ftruncate(os.open("/proc/self/fd/0", os.O_WRONLY), 0)'`,
    sign: (after, id) => {
      const file = join(after.attemptFolder(id), 'agent/stdin');
      if (!existsSync(file)) return null;
      if ((statSync(file).mode & 0o777) === 0o777) return 'its permissions were changed';
      return seen(
        readFileSync(file, 'utf8') !== readFileSync(join(after.attemptFolder(id), 'prompt.txt'), 'utf8'),
        'it was written',
      );
    },
    bare: 'may',
  },
  {
    name: 'writes the start-up files of the user',
    script: `for name in .bashrc .profile .gitconfig .ssh/authorized_keys .config/autostart/x.desktop .config/systemd/user/x.service; do
  mkdir -p "$(dirname "$ROOT/home/$name")"; echo "# $ID" >> "$ROOT/home/$name"; done`,
    sign: holds(({ home }) => join(home, '.bashrc')),
    bare: 'succeeds',
  },
  {
    name: 'reads keys, tokens and profiles of the user',
    script: `cd "$ROOT/home" && cat ${KEYS.join(' ')}; find "$ROOT/home" -maxdepth 4 -type f -name '*id_*' -exec cat {} +`,
    before: secretsIn(...KEYS),
    bare: 'succeeds',
  },
  {
    name: 'writes into the system and where the machine finds programs',
    script: `for folder in /etc /usr/local/bin /usr/bin /opt /usr/lib /etc/cron.d /var/spool/cron /lib /bin; do
  touch "$folder/cox-intruder-$ID" && echo "GOT: $folder" && rm -f "$folder/cox-intruder-$ID"; done; true`,
    bare: 'untried',
  },
  {
    name: 'reads the passwords of the machine',
    script: `for file in /etc/shadow /etc/shadow- /etc/gshadow /etc/sudoers /etc/security/opasswd /etc/ssl/private/* /etc/ssh/*_key; do
  [ ! -s "$file" ] || ! head -c 1 "$file" > /dev/null || echo "GOT: $file"; done
find /etc -type f -readable ! -perm -004 ! -size 0 2>/dev/null | sed 's/^/GOT: not for everybody, /'; true`,
    bare: 'untried',
  },
  {
    name: 'writes into the installation of Coxswain',
    script: `for folder in "$HOSTILE_INSTALLED" "$HOSTILE_INSTALLED/src" "$HOSTILE_INSTALLED/bin"; do
  touch "$folder/cox-intruder-$ID" && echo "GOT: $folder" && rm -f "$folder/cox-intruder-$ID"; done; true`,
    bare: 'untried',
  },
  {
    name: 'commits links to files of the host',
    script:
      'ln -s "$PLACE/secret" "link-$ID"; ln -s "$ROOT/home/.ssh" "keys-$ID"; ln -s /etc/shadow "shadow-$ID"; ln -s /dev/zero "zero-$ID"; ln -s "loop-$ID" "loop-$ID"',
    sign: ({ git, merged }) => {
      const modes = git(['ls-tree', '-r', merged])
        .split('\n')
        .filter((line) => /\t(?:link|keys|shadow|zero)-task/.test(line));
      return seen(
        modes.some((line) => !line.startsWith('120000')),
        modes.join(),
      );
    },
    bare: 'may',
  },
  {
    name: 'replaces tracked files by links to files and devices of the host',
    script:
      'rm -f README.md shared/a.txt; ln -s "$PLACE/secret" README.md; ln -s /dev/zero shared/a.txt; git commit -qam "links"',
    bare: 'may',
  },
  {
    name: 'puts a link to a folder of the host in place of a folder',
    script:
      'rm -rf shared made; ln -s "$PLACE" shared; ln -s "$PLACE" made; ln -s "$PLACE" node_modules; ln -s "$PLACE" .claude',
    bare: 'may',
  },
  {
    name: 'puts links where the copied files of the next holder go',
    script:
      'rm -rf .env .claude; ln -s "$PLACE/from-env" .env; ln -s "$PLACE" .claude; ln -s "$PLACE/secret" .env.local; ln -s "$PLACE/marker" .claude-task-complete',
    bare: 'may',
  },
  {
    name: 'puts a link to itself in place of a lockfile',
    script: 'rm -f package-lock.json; ln -s package-lock.json package-lock.json',
    bare: 'may',
  },
  {
    name: 'makes hard links to files of the host',
    script: `ln "$PLACE/secret" hard.txt && cat hard.txt; ln "$REPO/untracked.txt" hard2.txt && echo "by $ID" >> hard2.txt
for file in $(find "$REPO/.git" /work /usr/bin/git -maxdepth 1 -type f 2>/dev/null | head -n 20); do ln "$file" "hard-$$" && echo "GOT: $file" && rm -f "hard-$$"; done; true`,
    bare: 'succeeds',
  },
  {
    name: 'leaves pipes where git reads patterns',
    script:
      'rm -f .gitignore .gitattributes .gitmodules .env; mkfifo .gitignore .gitattributes .gitmodules .env shared/.gitignore shared/.gitattributes .mailmap',
    bare: 'may',
  },
  {
    name: 'leaves pipes and sockets in place of tracked files and its index',
    script: `rm -f README.md shared/a.txt package-lock.json; mkfifo README.md package-lock.json .claude-task-complete untracked.pipe
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("shared/a.txt")'
index=$(git rev-parse --git-path index); rm -f "$index"; mkfifo "$index"; admin=$(dirname "$index"); rm -f "$admin/HEAD"; mkfifo "$admin/HEAD"`,
    bare: 'untried',
  },
  {
    name: 'leaves folders that nobody may enter, and files that nobody may read',
    script:
      'mkdir -p locked/inner; echo x > locked/inner/file; echo x > unreadable; chmod 000 unreadable locked/inner locked; chmod 500 shared .',
    bare: 'may',
  },
  {
    name: 'sends messages of folders and links through its outbox',
    script: `ln -s "$PLACE/secret" "$COX_OUTBOX/message.json"; mkfifo "$COX_OUTBOX/pipe.json"; rm -rf "$COX_INBOX"/*; ln -s "$PLACE" "$COX_INBOX/in"
rmdir "$COX_OUTBOX" 2>/dev/null; mv "$COX_OUTBOX" "$COX_OUTBOX-moved" && ln -s "$PLACE" "$COX_OUTBOX"; true`,
    bare: 'may',
  },
];
