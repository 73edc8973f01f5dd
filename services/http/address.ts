import ipaddr from 'ipaddr.js';

/**
 * Whoever shares this key shares one limit: an address of IPv4, or the network of the first 64 bits of one of IPv6, since
 * a household has the other 64 to itself (RFC 6177). What is no address, as a proxy may say, is its own key.
 */
export const addressKey = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : networkOf(parsed.toByteArray());
};

const networkOf = (bytes: ReadonlyArray<number>): string => Buffer.from(bytes.slice(0, 8)).toString('hex');
