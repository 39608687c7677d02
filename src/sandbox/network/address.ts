import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** What is given out to the public (https://www.iana.org/assignments/ipv6-address-space); the rest has its own uses. */
const PUBLIC_IPV6 = ipaddr.parseCIDR('2000::/3');
/** What an IPv6-only network makes of an IPv4 address, which stands in the last 32 bits (RFC 6052). */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
/** Metadata and more of Azure's machines; a public address by its number alone. */
const AZURE_PLATFORM = '168.63.129.16';

/** Canonical, and an IPv4-mapped one as IPv4; without a zone. */
export function plainAddress(address: string): string {
  return ipaddr.process(address.replace(/%.*$/, '')).toString();
}

/**
 * False for loopback, private, link-local (the metadata services of clouds among them), shared, multicast and other
 * special addresses, and for those that machines have themselves or are run by.
 */
export function isPublicAddress(address: string): boolean {
  const ip = ipaddr.process(address);
  if (ip.kind() === 'ipv4')
    return ip.range() === 'unicast' && !isOwn(ip.toString()) && ip.toString() !== AZURE_PLATFORM;
  if (ip.match(NAT64)) return isPublicAddress(ip.toByteArray().slice(12).join('.'));
  return ip.range() === 'unicast' && ip.match(PUBLIC_IPV6) && !isOwn(ip.toString());
}

function isOwn(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((device) => device ?? []);
  return own.some((entry) => plainAddress(entry.address) === address);
}
