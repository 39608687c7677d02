// Loaded before everything else (`node --require`), in syntax of old: it must be able to speak on a Node.js that
// cannot even parse the program.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`cox: needs Node.js 22.13 or later; this is ${process.version} (${process.execPath}).
     Install a newer one from https://nodejs.org or with your version manager (say, \`nvm install 24\`),
     then run the command again.
`);
  process.exit(3);
}

// Node.js 22 prints a warning for node:sqlite at every start. Users can do nothing about it, and scripts read stderr.
const emitWarning = process.emitWarning;
process.emitWarning = (warning, kind, ...rest) => {
  const name = typeof kind === 'object' && kind !== null ? kind.type : kind;
  if (name !== 'ExperimentalWarning') emitWarning.call(process, warning, kind, ...rest);
};

// Compiled code is kept between starts (110 ms instead of 156 for a program of this size). Not in the system's folder
// for temporary files, Node's own choice: whoever may write there could put code of his into the program.
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { dirname, join } = require('node:path');
const root = dirname(__dirname);
const { HOME, XDG_CACHE_HOME } = process.env;
const caches = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
const folder = existsSync(join(root, 'src', 'main.ts'))
  ? join(root, 'node_modules', '.cache', 'coxswain')
  : caches && join(caches, 'coxswain', 'code');
if (folder && enableCompileCache) enableCompileCache(folder);
