/** `moonwit openapi`: the endpoints of a registry as an OpenAPI document. */
import { createHost } from '../../host/host.js';
import { partsOf } from '../../host/parts.js';
import { type CliCommand, REGISTRY_OPTION } from '../command.js';
import { needRegistry } from '../find-registry.js';
import { openOptions } from '../open.js';

export const openapi: CliCommand = {
  name: 'openapi',
  arguments: '',
  summary: 'print an OpenAPI document of all endpoints',
  description:
    'Prints an OpenAPI 3.1 document of every endpoint, with schemas from the WIT types of the functions behind them.\n' +
    'Handlers in Lua have no types: they are listed with their paths. meta.comment of an endpoint becomes its summary;\n' +
    'meta.title and meta.version of the http.service, or of the document, are those of the whole.',
  argumentHelp: {},
  options: [
    REGISTRY_OPTION,
    {
      flags: '--title <text>',
      description: 'what the document calls the service (default: meta.title, or the namespace)',
    },
    { flags: '--api-version <version>', description: 'the version that it states (default: meta.version, or 0.0.0)' },
  ],
  examples: [
    ['for a generator of clients', 'moonwit openapi > openapi.json'],
    ['with a title', 'moonwit openapi --title "Greetings" --api-version 1.2.0'],
  ],
  async run(_args, { registry, title, apiVersion }, io) {
    const folder = needRegistry(registry, io);
    const host = await createHost({ ...openOptions(folder, io), threads: 0 });
    try {
      const { openApiOf } = await import('../../host/openapi.js');
      const document = openApiOf(partsOf(host), {
        ...(title === undefined ? {} : { title }),
        ...(apiVersion === undefined ? {} : { version: apiVersion }),
      });
      if (Object.keys(document.paths as object).length === 0) {
        io.err(`note: ${folder} has no http.endpoint: the document has no paths\n`);
      }
      io.out(`${JSON.stringify(document, null, 2)}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
};
