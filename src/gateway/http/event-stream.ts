import type { EventBus, INumberedEvent } from '../events';

const PING_EVERY = 15_000;

/** Server-sent events with ids; a comment every 15 seconds keeps proxies from closing the line. */
export function eventStream(bus: EventBus, request: Request): Response {
  const lastId = request.headers.get('Last-Event-ID') ?? undefined;
  const encoder = new TextEncoder();
  let leave = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const forward = ({ id, event }: INumberedEvent): void =>
        send(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`);
      send(': connected\n\n');
      const unsubscribe = bus.subscribe(forward, lastId);
      const ping = setInterval(() => send(': ping\n\n'), PING_EVERY);
      leave = () => {
        clearInterval(ping);
        unsubscribe();
      };
    },
    cancel() {
      leave();
    }
  });
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no'
    }
  });
}
