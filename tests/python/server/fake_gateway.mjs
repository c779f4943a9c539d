/**
 * A real process that behaves towards the server as the gateway does, and shows what it was
 * given. `FAKE_GATEWAY` makes it misbehave: `crash`, `mute` (never listens), `unwell` (answers 500),
 * `stubborn` (ignores the end of its input and SIGTERM), `brief` (crashes 150 ms after its start).
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const socket = process.argv[process.argv.indexOf('--socket') + 1];
const mood = process.env.FAKE_GATEWAY ?? '';
let streams = 0;
let arrived = 0;

function json(response, body) {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

const pages = {
  '/healthz': (_request, response) => {
    response.statusCode = mood === 'unwell' ? 500 : 200;
    json(response, { ok: true });
  },
  '/api/v1/process': (_request, response) =>
    json(response, {
      pid: process.pid,
      argv: process.argv.slice(2),
      flags: process.execArgv,
      environment: process.env
    }),
  '/api/v1/streams': (_request, response) => json(response, { streams }),
  // One event and then silence: only a closed connection tells that nobody listens.
  '/api/v1/stream': (_request, response) => {
    streams += 1;
    response.setHeader('Content-Type', 'text/event-stream');
    response.write('id: 1\n\n');
    response.on('close', () => (streams -= 1));
  },
  '/api/v1/big': (_request, response) => {
    const size = 8 * 2 ** 20;
    response.setHeader('Content-Length', size);
    response.end(Buffer.alloc(size, 'mlops'));
  },
  '/api/v1/arrived': (_request, response) => json(response, { bytes: arrived }),
  '/api/v1/count': (request, response) => {
    arrived = 0;
    request.on('data', chunk => (arrived += chunk.length));
    request.on('end', () => json(response, { bytes: arrived }));
  },
  '/api/v1/half': (_request, response) => {
    response.setHeader('Content-Length', 1000);
    response.write('half');
    setTimeout(() => response.destroy(), 100);
  },
  '/api/v1/half-chunked': (_request, response) => {
    response.write('half');
    setTimeout(() => response.destroy(), 100);
  },
  '/api/v1/silent': request => setTimeout(() => request.destroy(), 100),
  '/api/v1/die': () => process.kill(process.pid, 'SIGKILL'),
  '/api/v1/refusal': (_request, response) => {
    response.statusCode = 409;
    json(response, { code: 'stale', message: 'Too late.' });
  },
  '/api/v1/empty': (_request, response) => {
    response.statusCode = 204;
    response.end();
  },
  '/api/v1/app': (_request, response) => {
    response.setHeader('Content-Security-Policy', 'sandbox allow-scripts');
    response.setHeader('Set-Cookie', 'stolen=1');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('X-Accel-Buffering', 'no');
    response.end('<p>app</p>');
  },
  '/api/v1/page': (_request, response) => {
    response.setHeader('Content-Security-Policy', 'default-src *');
    response.end('<p>page</p>');
  }
};

function echo(request, response) {
  const digest = createHash('sha256');
  let bytes = 0;
  request.on('data', chunk => {
    digest.update(chunk);
    bytes += chunk.length;
  });
  request.on('end', () =>
    json(response, {
      method: request.method,
      url: request.url,
      headers: request.headers,
      bytes,
      sha256: digest.digest('hex')
    })
  );
}

console.log(`fake gateway ${process.pid}`);
if (mood === 'crash') {
  console.error('the disk is on fire');
  process.exit(3);
}
if (mood === 'brief') {
  setTimeout(() => process.exit(4), 150);
}
if (mood === 'stubborn') {
  process.on('SIGTERM', () => {});
} else {
  process.stdin.on('end', () => process.exit(0));
}
process.stdin.resume();
if (mood === 'mute') {
  setInterval(() => {}, 1000);
} else {
  createServer((request, response) => {
    const page = pages[request.url.split('?')[0]] ?? echo;
    page(request, response);
  }).listen(socket);
}
