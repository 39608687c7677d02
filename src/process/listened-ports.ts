import { connect } from 'node:net';
import { afterWholeRound } from './start/start-here.ts';

/** Loopback answers at once; whoever does not is no server that is in anybody's way. */
const ANSWER_MS = 500;
const AT_ONCE = 50;

/** Which of the ports of this machine somebody listens on. Asked by connecting, so that nobody else finds them taken meanwhile. */
export async function listenedPorts(ports: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (let from = 0; from < ports.length; from += AT_ONCE) {
    const part = ports.slice(from, from + AT_ONCE);
    const answers = await Promise.all(part.map(isListened));
    found.push(...part.filter((_, index) => answers[index]));
  }
  return found;
}

async function isListened(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => answersAt(host, port)));
  return answers.includes(true);
}

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    // A process that was too busy to hear the answer hears it then.
    socket.once('timeout', () => afterWholeRound(() => end(false)));
  });
}
