import { elementsIn, textOf, type Element } from './ber.js';

/** Values of an attribute, by its name in any case. */
export type Values = (attribute: string) => readonly string[];
export type Filter = (values: Values) => boolean;

/** RFC 4511 §4.5.1.7, without substrings and extensible matches. @throws RangeError for what it does not know */
export function filterIn(filter: Element): Filter {
  const { tag, bytes } = filter;
  switch (tag) {
    case 0xa0:
    case 0xa1: {
      const parts = elementsIn(bytes).map(filterIn);
      return (values) => (tag === 0xa0 ? parts.every((part) => part(values)) : parts.some((part) => part(values)));
    }
    case 0xa2: {
      const [negated] = elementsIn(bytes).map(filterIn);
      return (values) => !negated!(values);
    }
    case 0xa3:
    case 0xa5:
    case 0xa6:
    case 0xa8: {
      const [attribute, wanted] = elementsIn(bytes).map(textOf) as [string, string];
      return (values) => values(attribute).some((value) => compares[tag](value.toLowerCase(), wanted.toLowerCase()));
    }
    case 0x87:
      return (values) => values(textOf(filter)).length > 0;
    default:
      throw new RangeError(`a filter of kind ${tag}`);
  }
}

const compares = {
  0xa3: (value: string, wanted: string) => value === wanted,
  0xa5: (value: string, wanted: string) => value >= wanted,
  0xa6: (value: string, wanted: string) => value <= wanted,
  0xa8: (value: string, wanted: string) => value === wanted,
};
