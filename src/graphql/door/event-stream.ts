import type { Answer } from '../engine/engine.js';

/** So that no proxy buffers or changes the stream. */
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * An operation as server-sent events: `next` with each answer, then `complete` (graphql-sse's distinct connections mode). A comment goes
 * out at once, so that the client sees the headers, and then every `keepAliveMs`. An answer is taken only when the one before is on its
 * way. The stream is given back (`return()`) when the client hangs up or `abort` fires.
 */
export function eventStream(
  answers: AsyncIterator<Answer, undefined>,
  { keepAliveMs, abort, explain }: { keepAliveMs: number; abort: AbortSignal; explain: (thrown: unknown) => Error },
): Response {
  const encoder = new TextEncoder();
  const comment = encoder.encode(':\n\n');
  let keepAlive: NodeJS.Timeout | undefined;

  function giveBack(): void {
    clearInterval(keepAlive);
    abort.removeEventListener('abort', giveBack);
    answers.return?.().catch(explain);
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(comment);
        // A client that reads nothing gets no comments either: they would pile up.
        keepAlive = setInterval(() => (controller.desiredSize ?? 0) > 0 && controller.enqueue(comment), keepAliveMs);
        abort.addEventListener('abort', giveBack, { once: true });
        if (abort.aborted) giveBack();
      },
      async pull(controller) {
        const { done, value } = await answers
          .next()
          .catch((error: unknown) => ({ done: true, value: { errors: [explain(error)] } }) as const);
        // The connection is gone, or is about to be cut: no `complete`, which would say that the operation has ended.
        if (abort.aborted) return;
        if (value !== undefined) controller.enqueue(encoder.encode(`event: next\ndata: ${JSON.stringify(value)}\n\n`));
        if (!done) return;
        giveBack();
        controller.enqueue(encoder.encode('event: complete\ndata:\n\n'));
        controller.close();
      },
      cancel: giveBack,
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { headers: HEADERS });
}

/** One answer as a stream. */
export function single(answer: Answer): AsyncIterator<Answer, undefined> {
  let told = false;
  return {
    next() {
      const result: IteratorResult<Answer, undefined> = told ? { done: true, value: undefined } : { done: false, value: answer };
      told = true;
      return Promise.resolve(result);
    },
  };
}
