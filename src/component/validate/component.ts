/**
 * Validation of a decoded component: definitions in order, each against the index spaces that the ones before it made. One file
 * beside this one per kind of definition; types and their rules in `types.ts`, `match.ts` and `substitute.ts`.
 */
import type { Component, Definition } from '../ast.js';
import { defineAlias } from './aliases.js';
import { defineCanon } from './canon.js';
import { type Context, makeScope, type Scope } from './context.js';
import { defineCoreInstance, defineCoreType, moduleTypeOf } from './core.js';
import { defineType, makeComponentType } from './define-types.js';
import { addExport, addImport } from './externs.js';
import { defineInstance } from './instances.js';
import type { ComponentType } from './types.js';

interface ValidationOptions {
  /**
   * What is wrong with a core module, or null. Without it, of core modules only imports and exports are read, and the one who
   * compiles them finds the rest.
   */
  readonly checkCoreModule?: (bytes: Uint8Array) => string | null;
}

/**
 * Checks every rule of validation for a component of the WASI 0.2 era.
 *
 * @throws {ValidationError} at the first definition that breaks one
 * @throws {UnsupportedFeature} a 64-bit memory is used for lifting or lowering
 */
export function validateComponent(component: Component, options: ValidationOptions = {}): void {
  const context: Context = {
    shapes: new Map(),
    labels: new Map(),
    matched: new Map(),
    checkCoreModule: options.checkCoreModule ?? null,
    nextResource: 0,
    steps: 0,
    path: [],
    offset: 0,
    place: '',
  };
  defineComponent(context, null, component);
}

function defineComponent(context: Context, parent: Scope | null, component: Component): ComponentType {
  const scope = makeScope('component', parent);
  for (const definition of component.definitions) {
    context.offset = definition.offset;
    context.place = placeOf(definition);
    define(context, scope, definition);
  }
  return makeComponentType(context, scope);
}

function placeOf(definition: Definition): string {
  switch (definition.kind) {
    case 'import':
    case 'export':
      return `${definition.kind} \`${definition.name.name}\``;
    default:
      return '';
  }
}

function define(context: Context, scope: Scope, definition: Definition): void {
  switch (definition.kind) {
    case 'core module':
      scope.core.module.push(moduleTypeOf(context, definition.bytes));
      break;
    case 'core instance':
      scope.core.instance.push(defineCoreInstance(context, scope, definition.expr));
      break;
    case 'core type':
      scope.core.type.push(defineCoreType(context, scope, definition.type));
      break;
    case 'component':
      context.path.push(scope.components.length);
      scope.components.push(defineComponent(context, scope, definition.component));
      context.path.pop();
      break;
    case 'instance':
      scope.instances.push(defineInstance(context, scope, definition.expr));
      break;
    case 'alias':
      defineAlias(context, scope, definition.alias);
      break;
    case 'type':
      scope.types.push(defineType(context, scope, definition.type));
      break;
    case 'canon':
      defineCanon(context, scope, definition.canon);
      break;
    case 'import':
      addImport(context, scope, definition.name, definition.type);
      break;
    case 'export':
      addExport(context, scope, definition.name, definition.item, definition.type);
      break;
  }
}
