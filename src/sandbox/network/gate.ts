/** Decides whom the proxy connects to. */

import {
  type HostRule,
  isAddressListed,
  isListed,
  loopbackAddresses,
  type Target,
} from '../../core/host-list.ts';
import { isPublicAddress, plainAddress } from './address.ts';

/** All addresses of a name; rejects when it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export type Judgement =
  /** Canonical addresses, at least one. Only to these may be connected: asked again, the name may lead elsewhere. */
  | { readonly is: 'allowed'; readonly addresses: readonly string[] }
  /** Listed, but nobody here knows its address. */
  | { readonly is: 'unresolved' }
  | { readonly is: 'not-listed' }
  /** Listed by name, and it leads to an address that is not public and not listed itself. */
  | { readonly is: 'not-public'; readonly address: string };

export async function judge(
  rules: readonly HostRule[],
  target: Target,
  resolve: Resolve,
): Promise<Judgement> {
  if (!isListed(rules, target)) return { is: 'not-listed' };
  const { host, port } = target;
  if (host.is === 'address') return { is: 'allowed', addresses: [host.text] };
  const addresses = await addressesOf(target, resolve);
  const [first] = addresses;
  if (first === undefined) return { is: 'unresolved' };
  const fit = addresses.filter(
    (address) => isPublicAddress(address) || isAddressListed(rules, address, port),
  );
  return fit.length > 0 ? { is: 'allowed', addresses: fit } : { is: 'not-public', address: first };
}

async function addressesOf({ host }: Target, resolve: Resolve): Promise<readonly string[]> {
  const known = loopbackAddresses(host);
  if (known.length > 0) return known;
  try {
    return (await resolve(host.text)).map(plainAddress);
  } catch {
    return [];
  }
}
