import { once } from 'node:events';

import type { Command } from 'commander';

import { Client } from './client';
import { withOutput } from './command';

export function addUp(program: Command): void {
  program
    .command('up')
    .description(
      'a gateway in the foreground: endpoints and monitoring stay up until it ends'
    )
    .action(async (_options, command: Command) =>
      withOutput(command, async output => {
        const client = await Client.open('info');
        const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
        await client.call('listEnvironments');
        output.line(
          client.leads
            ? 'The gateway is up. Ctrl+C ends it, and with it the endpoints on this computer.'
            : 'Another gateway is up already; this one stands by and takes over when it ends.'
        );
        await ended;
        await client.close();
      })
    );
}
