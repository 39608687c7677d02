// biome-ignore-all lint/plugin: a program of its own, started as an agent

import { beBridge } from '../bridges/bridge-program.ts';
import { runBridge } from './bridge.ts';

await beBridge(process, runBridge);
