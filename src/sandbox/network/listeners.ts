import { type HostRule, listedServices } from '../../core/host-list.ts';

/** Where something listens inside the sandbox, on its own loopback device. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** The proxy's by custom. */
const FIRST_PROXY_PORT = 3128;

/** The proxy's first, then one for each service of the machine that the list names, at the service's own port. */
export function listenersFor(rules: readonly HostRule[]): readonly [Listener, ...Listener[]] {
  const services = new Map(
    listedServices(rules).map((service) => [`${service.address} ${service.port}`, service]),
  );
  const taken = new Set([...services.values()].map(({ port }) => port));
  let port = FIRST_PROXY_PORT;
  while (taken.has(port)) port += 1;
  return [{ address: '127.0.0.1', port }, ...services.values()];
}
