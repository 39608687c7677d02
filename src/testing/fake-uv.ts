/** What stands for uv in tests: lines of a shell script that change the project's files as uv would. */

/** Takes the arguments of uv, as `add --no-sync left==1.0`. */
export const UV_CHANGES = `what=$1; shift
grep -q '^dependencies = ' pyproject.toml || echo 'dependencies = []' >> pyproject.toml
for package do
  case "$package" in -*) continue ;; esac
  [ "$what" = remove ] || list="$list\\"$package\\", "
  sed "s/\\"\${package%%=*}==[^\\"]*\\"//" pyproject.toml > pyproject.new && mv pyproject.new pyproject.toml
done
sed "s/^dependencies = \\[/&$list/" pyproject.toml > pyproject.new && mv pyproject.new pyproject.toml
echo locked > uv.lock
`;
