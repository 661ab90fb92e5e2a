import { AIMessageChunk } from '@langchain/core/messages';
import { GenerationChunk } from '@langchain/core/outputs';
import { BaseTracer, type Run } from '@langchain/core/tracers/base';

/** What LangChain's `streamEvents` (version 2) tells of one runnable at one moment. */
export interface TraceEvent {
  /** `on_chain_start`, `on_chat_model_stream`, `on_tool_end`, … */
  readonly event: string;
  readonly name: string;
  readonly run_id: string;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/**
 * Tells, as a callback handler of one call, what `streamEvents` would tell of the same call, at the moment at which it happens. (LangChain
 * keeps its own handler to itself, and `streamEvents` cannot be told to wait for anything.) Of an error only the message is told.
 */
export class TraceRecorder extends BaseTracer {
  /** The name by which LangChain finds the handler that it shows the output of runnables to while they stream. */
  override readonly name = 'event_stream_tracer';
  /** Makes chat models stream even when they are invoked. */
  readonly lc_prefer_streaming = true;
  readonly #types = new Map<string, string>();

  constructor(private readonly tell: (event: TraceEvent) => void) {
    super({ _awaitHandler: true });
  }

  override async onChainStart(run: Run): Promise<void> {
    const { input } = run.inputs as { input?: unknown };
    // A runnable that streams its input has none yet.
    const data = input === '' && Object.keys(run.inputs).length === 1 ? {} : { input: input === undefined ? run.inputs : input };
    await this.#start(run, run.run_type, data);
  }

  override async onChainEnd(run: Run): Promise<void> {
    const { input } = run.inputs as { input?: unknown };
    await this.#end(run, {
      output: outputOf(run) ?? run.outputs,
      input: input && Object.keys(run.inputs).length === 1 ? input : run.inputs,
    });
  }

  override onChainError(run: Run): void {
    this.#types.delete(run.id);
  }

  override async onLLMStart(run: Run): Promise<void> {
    await this.#start(run, 'messages' in run.inputs ? 'chat_model' : 'llm', { input: run.inputs });
  }

  override async onLLMNewToken(run: Run, token: string, { chunk }: { chunk?: { message?: unknown } } = {}): Promise<void> {
    const type = this.#types.get(run.id);
    if (type === undefined) return;
    // A model that streams by hand may tell the text alone.
    const whole =
      type === 'chat_model' ? new AIMessageChunk({ content: token, id: `run-${run.id}` }) : new GenerationChunk({ text: token });
    await this.#tell(run, type, 'stream', { chunk: (type === 'chat_model' ? chunk?.message : chunk) ?? whole });
  }

  override async onLLMEnd(run: Run): Promise<void> {
    const generations = (run.outputs?.['generations'] ?? []) as readonly (readonly Generation[])[];
    const output =
      this.#types.get(run.id) === 'chat_model'
        ? generations.map(([first]) => first?.message).find((message) => message !== undefined)
        : {
            generations: generations.map((list) => list.map(({ text, generationInfo }) => ({ text, generationInfo }))),
            llmOutput: (run.outputs?.['llmOutput'] as unknown) ?? {},
          };
    await this.#end(run, { output, input: run.inputs });
  }

  override onLLMError(run: Run): void {
    this.#types.delete(run.id);
  }

  override async onToolStart(run: Run): Promise<void> {
    await this.#start(run, 'tool', { input: run.inputs });
  }

  override async onToolEnd(run: Run): Promise<void> {
    const output = outputOf(run);
    await this.#end(run, { output: output === undefined ? run.outputs : output, input: run.inputs });
  }

  override async onToolError(run: Run): Promise<void> {
    await this.#end(run, { input: run.inputs, error: run.error }, 'error');
  }

  override async onRetrieverStart(run: Run): Promise<void> {
    await this.#start(run, 'retriever', { input: run.inputs });
  }

  override async onRetrieverEnd(run: Run): Promise<void> {
    await this.#end(run, { output: (run.outputs?.['documents'] as unknown) ?? run.outputs, input: run.inputs });
  }

  override onRetrieverError(run: Run): void {
    this.#types.delete(run.id);
  }

  override handleCustomEvent(name: string, data: unknown, runId: string): void {
    const run = this.getRunById(runId);
    if (run) this.tell({ event: 'on_custom_event', name, run_id: runId, tags: tagsOf(run), metadata: metadataOf(run), data });
  }

  /** LangChain passes the output of each runnable that streams through here. Tools and retrievers show only their first piece. */
  async *tapOutputIterable<Piece>(runId: string, output: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    let isFirst = true;
    for await (const chunk of output) {
      const run = this.getRunById(runId);
      const type = this.#types.get(runId);
      if (run && type !== undefined && (isFirst || (type !== 'tool' && type !== 'retriever')))
        await this.#tell(run, type, 'stream', { chunk });
      isFirst = false;
      yield chunk;
    }
  }

  protected override stringifyError(error: unknown): string {
    return error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)
      ? String(error.message)
      : String(error);
  }

  protected override async persistRun(): Promise<void> {
    // Runs are told of while they happen, and not kept.
  }

  /** Otherwise everything that a long run did would be kept until its end. */
  protected override _addChildRun(): void {
    // Nobody asks a run for its children.
  }

  #start(run: Run, type: string, data: unknown): Promise<void> {
    this.#types.set(run.id, type);
    return this.#tell(run, type, 'start', data);
  }

  async #end(run: Run, data: unknown, phase = 'end'): Promise<void> {
    const type = this.#types.get(run.id);
    this.#types.delete(run.id);
    if (type !== undefined) await this.#tell(run, type, phase, data);
  }

  async #tell(run: Run, type: string, phase: string, data: unknown): Promise<void> {
    // The other handlers of this moment first: they give messages their ids.
    await Promise.resolve();
    const event = `on_${type}_${phase}`;
    this.tell({ event, name: run.name, run_id: run.id, tags: tagsOf(run), metadata: metadataOf(run), data });
  }
}

interface Generation {
  readonly text: string;
  readonly generationInfo?: unknown;
  readonly message?: unknown;
}

function outputOf({ outputs }: Run): unknown {
  return outputs?.['output'];
}

function tagsOf({ tags }: Run): readonly string[] {
  return tags ?? [];
}

function metadataOf({ extra }: Run): TraceEvent['metadata'] {
  return (extra?.['metadata'] as TraceEvent['metadata'] | undefined) ?? {};
}
