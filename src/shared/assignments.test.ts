import { describe, expect, it } from 'vitest';
import { readAssignments, readVariant, writeVariant } from './assignments.ts';

describe('assignments', () => {
  it.each([
    ['', {}, {}],
    ['learning=dr,batch=64', { learning: 'dr', batch: 64 }, {}],
    ['valuations.kind=xor, valuations.atoms=2', { valuations: { kind: 'xor', atoms: 2 } }, {}],
    ['a=[1,2],b={"c":[3,4],"d=":5},e="x, y=1"', { a: [1, 2], b: { c: [3, 4], 'd=': 5 }, e: 'x, y=1' }, {}],
    ['objective=expr:max(k, 2),batch=8', { objective: 'expr:max(k, 2)', batch: 8 }, {}],
    ['estimators.reinforce.samples=4,x=null', { x: null }, { reinforce: { samples: 4 } }],
  ])('reads %j', (text, config, settings) => {
    expect(readAssignments(text, '--set')).toEqual({ config, settings });
  });

  it.each(['batch', '=1', 'a..b=1', '__proto__.x=1', 'estimators.reinforce=1', 'estimators=1'])(
    'refuses %j',
    (text) => expect(() => readAssignments(text, '--variant x')).toThrow(/^--variant x: expected/),
  );

  it('keeps what is no JSON, and no further assignment, as text', () => {
    expect(readAssignments('batch=1,,x=2', '').config).toEqual({ batch: '1,', x: 2 });
    expect(readAssignments('a={"b":1', '').config).toEqual({ a: '{"b":1' });
  });
});

describe('a variant', () => {
  it.each([
    ['ips:learning=ips', { name: 'ips', config: { learning: 'ips' }, settings: {} }],
    ['plain', { name: 'plain', config: {}, settings: {} }],
    ['plain:', { name: 'plain', config: {}, settings: {} }],
    ['start=run:abc:start="run:abc"', { name: 'start=run:abc', config: { start: 'run:abc' }, settings: {} }],
  ])('reads %j', (text, variant) => expect(readVariant(text, '--variant')).toEqual(variant));

  it('is written as it is read', () => {
    const variant = {
      name: 'options=8, a',
      config: { options: 8, valuations: { kind: 'xor', atoms: 2 }, split: { test: 0.5 }, text: 'a,b=1' },
      settings: { reinforce: { samples: 4 } },
    };
    expect(readVariant(writeVariant(variant), '--variant')).toEqual(variant);
  });

  it.each(['', ':batch=1', '  ', 'a:batch'])('refuses %j', (text) => {
    expect(() => readVariant(text, `--variant ${text}`)).toThrow(/expected name:key=value/);
  });
});
