import { BlockList, isIP } from "node:net";

const own = new BlockList();
own.addSubnet("127.0.0.0", 8);
own.addSubnet("10.0.0.0", 8);
own.addSubnet("172.16.0.0", 12);
own.addSubnet("192.168.0.0", 16);
own.addSubnet("169.254.0.0", 16);
own.addSubnet("::1", 128, "ipv6");
own.addSubnet("fc00::", 7, "ipv6");
own.addSubnet("fe80::", 10, "ipv6");

/**
 * Who serves a model at an address: the host of a public service, since the name of its model means something there
 * alone. Null for a server of one's own, which may be anywhere tomorrow.
 */
export const providerOf = (url: string): string | null => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const kind = isIP(host);
  if (kind > 0) return own.check(host, kind === 6 ? "ipv6" : "ipv4") ? null : host;
  return host.includes(".") && !/\.(local|internal|localhost|lan)$/.test(host) ? host : null;
};
