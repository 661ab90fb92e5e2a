import type { CancelAction } from '../../../src/domain/cancel-action.js';
import { MULTITASK_STRATEGIES, type MultitaskStrategy } from '../../../src/domain/multitask.js';
import { DURABILITIES, type Durability } from '../../../src/domain/stream-mode.js';

/** What one node of a run does. */
export interface NodePlan {
  readonly waitMs: number;
  /** Does not heed its signal. */
  readonly isDeaf: boolean;
  readonly ending: 'return' | 'throw' | 'ask';
}

export interface CreatePlan {
  readonly kind: 'create';
  readonly runId: string;
  readonly strategy: MultitaskStrategy;
  readonly durability: Durability;
  /** Its start: an input, an answer to whatever was asked, or nothing (going on). */
  readonly start: 'input' | 'answer' | 'goOn';
  readonly nodes: readonly NodePlan[];
  /** Not due while the scenario lasts. */
  readonly isDelayed: boolean;
}

export type StepPlan =
  | CreatePlan
  | { readonly kind: 'repeat'; readonly create: CreatePlan }
  | { readonly kind: 'cancel'; readonly runId: string; readonly action: CancelAction; readonly wait: boolean }
  | { readonly kind: 'cancelAll'; readonly action: CancelAction }
  | { readonly kind: 'join'; readonly runId: string }
  | { readonly kind: 'update'; readonly mark: string }
  | { readonly kind: 'delete' };

/** Something that a client does on one of a scenario's threads. */
export interface Deed {
  readonly threadId: string;
  readonly step: StepPlan;
  /** After the deed before it was begun. */
  readonly afterMs: number;
  /** Whether the next deed is begun only when this one is answered. */
  readonly isAwaited: boolean;
}

/** What several clients do on a few threads, all of it decided by the seed; only the machine decides what meets what. */
export interface Scenario {
  readonly seed: number;
  readonly assistantId: 'plain' | 'nested';
  readonly threadIds: readonly string[];
  readonly deeds: readonly Deed[];
}

export function planScenario(seed: number): Scenario {
  const random = makeRandom(seed);
  const threadIds = Array.from({ length: random.from(1, 2) }, () => random.uuid());
  const creates: CreatePlan[] = [];
  const deeds = Array.from({ length: random.from(5, 9) }, (): Deed => ({
    threadId: random.of(threadIds),
    step: planStep(),
    afterMs: random.of([0, 0, 0, random.from(1, 5), random.from(5, 40)]),
    isAwaited: random.chance(0.4),
  }));
  // A run belongs to the thread that it was planned for, and what is done to it is done there.
  const threadOf = new Map(deeds.flatMap(({ threadId, step }) => (step.kind === 'create' ? [[step.runId, threadId] as const] : [])));
  return { seed, assistantId: random.chance(0.7) ? 'plain' : 'nested', threadIds, deeds: deeds.map(onItsThread) };

  function onItsThread(deed: Deed): Deed {
    const { step } = deed;
    const runId = step.kind === 'repeat' ? step.create.runId : 'runId' in step ? step.runId : null;
    return runId === null ? deed : { ...deed, threadId: threadOf.get(runId) ?? deed.threadId };
  }

  function planStep(): StepPlan {
    const create = random.of(creates);
    const dice = random.from(1, 100);
    if (!create || dice <= 45) return planCreate();
    if (dice <= 50) return { kind: 'repeat', create };
    if (dice <= 75) return { kind: 'cancel', runId: create.runId, action: planAction(), wait: random.chance(0.5) };
    if (dice <= 80) return { kind: 'cancelAll', action: planAction() };
    if (dice <= 88) return { kind: 'join', runId: create.runId };
    if (dice <= 96) return { kind: 'update', mark: `update-${random.uuid()}` };
    return { kind: 'delete' };
  }

  function planCreate(): CreatePlan {
    const create: CreatePlan = {
      kind: 'create',
      runId: random.uuid(),
      strategy: random.of(MULTITASK_STRATEGIES),
      durability: random.of(DURABILITIES),
      start: random.of(['input', 'input', 'input', 'answer', 'goOn']),
      nodes: Array.from({ length: 3 }, planNode),
      isDelayed: random.chance(0.08),
    };
    creates.push(create);
    return create;
  }

  function planNode(): NodePlan {
    return {
      waitMs: random.of([0, 0, random.from(1, 10), random.from(5, 60)]),
      isDeaf: random.chance(0.2),
      ending: random.of(['return', 'return', 'return', 'return', 'return', 'return', 'ask', 'throw']),
    };
  }

  function planAction(): CancelAction {
    return random.of(['INTERRUPT', 'ROLLBACK']);
  }
}

/** A sequence of choices that a seed determines (mulberry32). */
function makeRandom(seed: number) {
  let state = seed;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  return {
    from: (least: number, most: number) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability: number) => next() < probability,
    of: <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)] as Item,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}
