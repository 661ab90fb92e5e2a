import { CLIENT_LEFT } from '../../services/runs/cancel-if-client-left.js';

/** The operations that clients wait for, so that all of them can be told when the server stops. */
export interface Operations {
  /** A signal for one operation. Call `close` when nobody waits any more: it fires, and is forgotten. */
  open(): Operation;
  /** From now on an operation that is closed is closed because the server stops. */
  beginStop(): void;
  closeAll(): void;
}

export interface Operation {
  readonly abort: AbortSignal;
  close(): void;
}

export function makeOperations(): Operations {
  const open = new Set<Operation>();
  let isStopping = false;
  return {
    open() {
      const controller = new AbortController();
      const operation: Operation = {
        abort: controller.signal,
        close() {
          open.delete(operation);
          controller.abort(isStopping ? 'serverStops' : CLIENT_LEFT);
        },
      };
      open.add(operation);
      return operation;
    },
    beginStop() {
      isStopping = true;
    },
    closeAll() {
      for (const operation of [...open]) operation.close();
    },
  };
}
