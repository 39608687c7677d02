/** What a shell sources to complete command lines. Each asks `cox complete`, and takes files where that prints nothing. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

// No word that was typed is evaluated: each is handed over as it is.
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `\
# bash completion of cox; in ~/.bashrc: source <(cox completion bash)
_cox() {
  local IFS=$'\\n' line
  COMPREPLY=()
  while read -r line; do COMPREPLY+=("\${line%%$'\\t'*}"); done \\
    < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _cox cox cpo`,
  zsh: `\
# zsh completion of cox; in ~/.zshrc, behind compinit: source <(cox completion zsh)
_cox() {
  local line
  local -a found values
  while IFS= read -r line; do
    values+=("\${line%%$'\\t'*}")
    found+=("\${line%%$'\\t'*} -- \${line#*$'\\t'}")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#values} )); then compadd -l -d found -a values; else _files; fi
}
compdef _cox cox cpo`,
  fish: `\
# fish completion of cox; in ~/.config/fish/config.fish: cox completion fish | source
function __cox_complete
  set -l words (commandline --tokenize --cut-at-cursor --current-process)
  set -l typed (commandline --current-token)
  $words[1] complete -- $words[2..] "$typed" 2>/dev/null
end
complete --command cox --arguments '(__cox_complete)'
complete --command cpo --wraps cox`,
};

export function completionScript(shell: Shell): readonly string[] {
  return SCRIPTS[shell].split('\n');
}
