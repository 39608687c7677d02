/** Agents that do honest work beside the hostile ones, of every kind that a sandbox could be in the way of. */

export interface Honest {
  readonly name: string;
  /** For `sh -eu`, in the worktree. Leaves `made/<id>.txt`. */
  readonly script: string;
}

export const HONEST: readonly Honest[] = [
  {
    name: 'commits, amends, stashes, branches, rebases, merges, picks, tags, bisects, and clears up',
    script: `work=work-$ID; mkdir "$work"; echo one > "$work/a"; git add .; git commit -qm one; echo two >> "$work/a"; git commit -qam two --amend
echo three > "$work/b"; git stash -qu; test ! -e "$work/b"; git stash pop -q; git add .; git commit -qm three
git switch -qc side-$ID HEAD~1; echo side > "$work/side"; git add .; git commit -qm side; picked=$(git rev-parse HEAD)
git switch -q -; git merge -q --no-ff -m merged side-$ID; git branch -qD side-$ID
git switch -qc again-$ID HEAD~2 ; echo again > "$work/again"; git add .; git commit -qm again; git rebase -q "$COX_BRANCH"; git switch -q "$COX_BRANCH"; git merge -q --ff-only again-$ID
git switch -q --detach HEAD~1; git cherry-pick --allow-empty -x "$picked" || git cherry-pick --skip; git switch -q "$COX_BRANCH"
git tag v-$ID; git tag -am message w-$ID; git describe --tags > /dev/null; git notes add -m note
git bisect start HEAD "$COX_BASE" > /dev/null; git bisect run sh -c 'test ! -e "work-$ID/b"' > /dev/null; git bisect reset > /dev/null
git log --oneline --graph --all > /dev/null; git blame "$work/a" > /dev/null; git diff "$COX_BASE" --stat > /dev/null; git submodule status; git reflog > /dev/null
git gc -q; git fsck --no-dangling; git status --porcelain; test "$(git rev-parse --abbrev-ref HEAD)" = "$COX_BRANCH"; git config user.name; git config local.setting 1
mkdir -p made; cat "$work/a" "$work/b" "$work/side" "$work/again" > made/$ID.txt; git add .; git commit -qm last`,
  },
  {
    name: 'builds with Node.js, from modules that it makes',
    script: `mkdir -p node_modules/left; echo 'module.exports = (n) => n + 1' > node_modules/left/index.js
printf 'const left = require("left"); const fs = require("fs"); fs.writeFileSync("made/" + process.env.ID + ".txt", String(left(41)))' > build-$ID.cjs
node build-$ID.cjs; test "$(cat made/$ID.txt)" = 42; node --check build-$ID.cjs; npm --version > /dev/null`,
  },
  {
    name: 'runs Python, and makes an environment of it',
    script: `python3 -c 'import json, os, multiprocessing, tempfile; open("made/" + os.environ["ID"] + ".txt", "w").write(json.dumps({"n": multiprocessing.Queue().empty()}))'
python3 -m venv --without-pip venv-$ID; venv-$ID/bin/python -c 'import sys; assert sys.prefix != sys.base_prefix'; rm -r venv-$ID`,
  },
  {
    name: 'serves on its own port, and asks its server',
    script: `python3 - <<'END'
import http.server, os, threading, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b"served")
    def log_message(self, *rest): pass
server = http.server.HTTPServer(("127.0.0.1", int(os.environ["COX_PORT_BASE"])), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
text = opener.open("http://127.0.0.1:%s/" % os.environ["COX_PORT_BASE"]).read().decode()
open("made/" + os.environ["ID"] + ".txt", "w").write(text)
END
test "$(cat made/$ID.txt)" = served`,
  },
  {
    name: 'uses temporary files, its home, pipes, sockets, jobs and a terminal of its own',
    script: `file=$(mktemp); echo kept > "$file"; test "$TMPDIR" = "\${TMPDIR%/}"; mkdir -p "$HOME/.cache/tool" "$HOME/.config"; echo x > "$HOME/.cache/tool/x"; echo x > ~/.npmrc
git config --global alias.co checkout; mkfifo /tmp/pipe-$ID; cat /tmp/pipe-$ID > made/$ID.txt & echo piped > /tmp/pipe-$ID; wait
sleep 60 & kill $!; touch /dev/shm/x-$ID; rm /dev/shm/x-$ID; rm /tmp/pipe-$ID "$file"; python3 -c 'import os, pty; assert pty.spawn(["true"]) == 0'
env COLUMNS=80 ls /usr/bin > /dev/null; id > /dev/null; getent passwd "$(id -u)" > /dev/null; hostname > /dev/null; df . > /dev/null; test "$(cat made/$ID.txt)" = piped`,
  },
];
