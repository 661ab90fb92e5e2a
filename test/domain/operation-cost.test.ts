import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/graphql/engine/limits.js';
import { costOf, findCostError } from '../../src/graphql/engine/operation-cost.js';

const schema = buildSchema(`
  type Query { thing: Thing things(first: Int, last: Int): ThingConnection }
  type Thing {
    id: ID name: String thing: Thing things(first: Int): ThingConnection events(first: Int): RunEventConnection storage: ThreadStorage
  }
  type ThreadStorage { eventCount: Int }
  type ThingConnection { nodes: [Thing] }
  type RunEventConnection { nodes: [Thing] }
`);

function cost(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return costOf(schema, document, operation, variables);
}

describe('the cost of an operation', () => {
  it('is 1 for each field', () => {
    expect(cost('{ thing { id name } }')).toEqual({ fields: 3, depth: 2 });
  });

  it('counts what stands under a page once for each node of the page', () => {
    expect(cost('{ things(first: 7) { nodes { id name } } }').fields).toBe(1 + 7 * 3);
    expect(cost('{ things(last: 7) { nodes { id name } } }').fields).toBe(1 + 7 * 3);
    expect(cost('{ things(first: 10) { nodes { things(first: 10) { nodes { id } } } } }').fields).toBe(1 + 10 * (1 + (1 + 10 * 2)));
  });

  it('is more for what takes long to find out', () => {
    expect(cost('{ thing { storage { eventCount } } }').fields).toBe(1 + 500 + 1);
    expect(cost('{ things(first: 3) { nodes { storage { eventCount } } } }').fields).toBe(1 + 3 * (1 + 500 + 1));
  });

  it('takes the default size when none is given, and the longest page at most, because longer ones are refused', () => {
    expect(cost('{ things { nodes { id } } }').fields).toBe(1 + 20 * 2);
    expect(cost('{ things(first: 100000) { nodes { id } } }').fields).toBe(1 + 100 * 2);
    expect(cost('{ thing { events { nodes { id } } } }').fields).toBe(2 + 200 * 2);
  });

  it('knows sizes from variables and from their defaults', () => {
    const query = 'query ($n: Int = 5) { things(first: $n) { nodes { id } } }';
    expect(cost(query).fields).toBe(1 + 5 * 2);
    expect(cost(query, { n: 50 }).fields).toBe(1 + 50 * 2);
  });

  it('counts aliases and fragments wherever they are used', () => {
    expect(cost('{ a: thing { ...T } b: thing { ...T ... on Thing { thing { id } } } } fragment T on Thing { id name }')).toEqual({
      fields: 8,
      depth: 3,
    });
  });

  it('takes time that is linear in the document, however often fragments use each other', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Thing { a: thing { ...F${index + 1} } b: thing { ...F${index + 1} } }`,
    );
    const { fields, depth } = cost(`{ thing { ...F0 } } ${fragments.join(' ')} fragment F60 on Thing { id }`);
    expect(fields).toBeGreaterThan(2 ** 60);
    expect(depth).toBe(62);
  });

  it('is refused beyond the limits', () => {
    const { costMax, depthMax } = DEFAULT_LIMITS;
    expect(findCostError({ fields: costMax, depth: depthMax }, DEFAULT_LIMITS)).toBeNull();
    expect(findCostError({ fields: costMax + 1, depth: 1 }, DEFAULT_LIMITS)).toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
      facts: { costMax },
    });
    expect(findCostError({ fields: 1, depth: depthMax + 1 }, DEFAULT_LIMITS)).toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
      facts: { depthMax },
    });
  });
});
