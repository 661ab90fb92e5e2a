import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, request } from 'undici';
import { findWebhookFault } from '../domain/webhook-url.js';
import { SECOND } from '../ports/clock.js';
import type { Webhooks } from '../ports/webhooks.js';

const CALL_MAX_MS = 10 * SECOND;
/** Of the receiver's answer, which nobody looks at. */
const ANSWER_MAX_BYTES = 64 * 1024;

export interface WebhookWire extends Webhooks {
  /** Ends calls under way and closes connections. */
  close(): Promise<void>;
}

class PrivateAddress extends Error {
  constructor(address: string) {
    super(`${address} is a private address. Set WEBHOOK_ALLOW_PRIVATE=true to allow those.`);
  }
}

/** Webhook calls over HTTP. `allowPrivate`: also to loopback, link-local and other addresses that are not public. */
export function makeWebhookWire({ allowPrivate }: { allowPrivate: boolean }): WebhookWire {
  const agent = new Agent({
    connect: { timeout: CALL_MAX_MS, ...(!allowPrivate && { lookup: lookupPublic }) },
    // A connection that is kept would outlive the look at its address, and receivers are called seldom.
    pipelining: 0,
    maxHeaderSize: 16 * 1024,
  });
  const closing = new AbortController();

  return {
    findFault(url) {
      const fault = findWebhookFault(url);
      if (fault !== null || allowPrivate) return fault;
      // A literal address is never looked up.
      const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
      return isIP(host) !== 0 && !isPublic(host) ? 'must not name a private address' : null;
    },
    async post(url, body, headers) {
      const fault = this.findFault(url);
      if (fault !== null) return { httpStatus: null, failure: `The URL ${fault}.`, isFinal: true };
      try {
        const signal = AbortSignal.any([AbortSignal.timeout(CALL_MAX_MS), closing.signal]);
        const answer = await request(url, { method: 'POST', body, headers, dispatcher: agent, signal });
        await answer.body.dump({ limit: ANSWER_MAX_BYTES, signal }).catch(() => undefined);
        return { httpStatus: answer.statusCode, failure: null };
      } catch (error) {
        return { httpStatus: null, failure: describe(error), isFinal: error instanceof PrivateAddress };
      }
    },
    async close() {
      closing.abort();
      await agent.destroy();
    },
  };
}

/** As Node's own, but every address found must be public: the connection then goes to one of these, and to nothing that is resolved later. */
const lookupPublic: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return done(error, '', 0);
    const hidden = addresses.find(({ address }) => !isPublic(address));
    if (hidden) return done(new PrivateAddress(hidden.address), '', 0);
    const [first] = addresses;
    if (options.all) done(null, addresses);
    else done(null, first?.address ?? '', first?.family ?? 0);
  });
};

/** What of IPv6 is given out to networks. Outside of it lies, among others, `::127.0.0.1`, an IPv4 address in disguise. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** IPv4 addresses that are written as IPv6 ones are looked at as what they are. */
function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const looked = ipaddr.process(address);
  return looked.range() === 'unicast' && (looked instanceof ipaddr.IPv4 || looked.match(GLOBAL_IPV6));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TimeoutError' ? `No answer came within ${CALL_MAX_MS / SECOND} s.` : error.message;
}
