/** The cursor over a component: what is read so far, for places in messages, and what it uses that is not there. */
import { type Reader, readerOf, type Surroundings } from '../../binary/reader.js';
import type { Definition } from '../ast.js';
import type { Feature } from './errors.js';

/** A use of a feature that we don't have; reading goes on, so that the error can name the export that needs it. */
export interface Finding {
  readonly feature: Feature;
  readonly construct: string;
  readonly offset: number;
  /** Position among the definitions of each component from the outermost in. */
  readonly positions: readonly number[];
}

interface ComponentSurroundings extends Surroundings {
  /** Definitions read so far in each open component, outermost first. */
  readonly scopes: Definition[][];
  readonly findings: Finding[];
  /** Total of definitions and of declarations, counted against the limits. */
  definitions: number;
  declarations: number;
  /** Type declarations open around the cursor. */
  typeDepth: number;
}

export type ComponentReader = Reader<ComponentSurroundings>;

/** A reader at the start of a component. */
export function makeComponentReader(bytes: Uint8Array): ComponentReader {
  const scopes: Definition[][] = [];
  const findings: Finding[] = [];
  // Written out: an object made by spreading another is read so slowly that decoding takes half as long again.
  return readerOf('component', bytes, {
    path: () => componentPath(scopes),
    hint: () => hintOf(findings),
    scopes,
    findings,
    definitions: 0,
    declarations: 0,
    typeDepth: 0,
  });
}

/** The indices of the nested components that are open around the cursor. */
function componentPath(scopes: readonly Definition[][]): number[] {
  const outer = scopes.slice(0, -1);
  return outer.map((definitions) => definitions.filter(definesComponent).length);
}

function definesComponent(definition: Definition): boolean {
  switch (definition.kind) {
    case 'component':
      return true;
    case 'alias':
      return definition.alias.sort === 'component';
    case 'import':
      return definition.type.kind === 'component';
    case 'export':
      return definition.item.sort === 'component';
    default:
      return false;
  }
}

/** A fault may be but a consequence of a feature that is not there. */
function hintOf([also]: readonly Finding[]): string {
  return also === undefined ? '' : `; it also uses ${also.construct} (${also.feature}), which is not supported`;
}

/** Notes a construct of a newer era; `decodeComponent` refuses the binary when it has read all of it. */
export function unsupported({ around }: ComponentReader, feature: Feature, construct: string, offset: number): void {
  if (around.findings.length >= 100) return;
  around.findings.push({ feature, construct, offset, positions: around.scopes.map((scope) => scope.length) });
}
