/** The platform of Lua modules on Node. Packages load with their first use. */

import { descriptorBudget } from '../files/bounds.js';
import { openVolume } from '../files/volume.js';
import type { LogLevel, LogRecord, LuaPlatform } from '../lua/platform.js';
import { nodeCiphers } from './ciphers.js';
import { nodeJwt } from './jwt.js';
import { pinoLog } from './log.js';
import { lazyPackages } from './packages.js';
import { nodeMatcher } from './regexp.js';
import { nodeUuid } from './uuid.js';
import { nodeYaml } from './yaml.js';

interface NodePlatformOptions {
  /** Takes the log's records; default: lines of JSON on the error stream. */
  readonly log?: (record: LogRecord) => void;
  /** What is below it is not written; default 'debug'. */
  readonly logLevel?: LogLevel;
}

const STANDARD_ERROR = 2;

export function nodePlatform(options: NodePlatformOptions = {}): LuaPlatform {
  const packages = lazyPackages();
  return {
    ...nodeCiphers(),
    matchesOf: nodeMatcher(),
    jwt: nodeJwt(packages),
    uuid: nodeUuid(packages),
    yaml: nodeYaml(packages),
    log: options.log ?? pinoLog(packages, STANDARD_ERROR, options.logLevel),
    volumeOpener() {
      const budget = descriptorBudget();
      return (spec) => openVolume(spec, { budget });
    },
  };
}
