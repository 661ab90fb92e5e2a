/** Where the nodes of test/support/gated-graphs wait until a test lets them on; shared through the process, since graphs are loaded anew. */
export interface Gates {
  /** Of a node: resolves when the gate is open, and tells whoever waits for it that it was reached. */
  pass(gate: string): Promise<void>;
  /** Resolves when a node stands at the gate, or has passed it. */
  reached(gate: string): Promise<void>;
  open(gate: string): void;
  /** How often nodes came to a gate. */
  visits(gate: string): number;
}

interface Gate {
  readonly opened: PromiseWithResolvers;
  readonly reached: PromiseWithResolvers;
  visits: number;
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  resolve(): void;
}

const KEY = Symbol.for('skein.test.gates');

export function getGates(): Gates {
  const shared = globalThis as { [KEY]?: Gates };
  return (shared[KEY] ??= makeGates());
}

function makeGates(): Gates {
  const gates = new Map<string, Gate>();
  function at(name: string): Gate {
    const gate = gates.get(name) ?? { opened: withResolvers(), reached: withResolvers(), visits: 0 };
    gates.set(name, gate);
    return gate;
  }
  return {
    pass(name) {
      const gate = at(name);
      gate.visits += 1;
      gate.reached.resolve();
      return gate.opened.promise;
    },
    reached: (name) => at(name).reached.promise,
    open: (name) => at(name).opened.resolve(),
    visits: (name) => at(name).visits,
  };
}

function withResolvers(): PromiseWithResolvers {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
