/** What the libraries here take for granted and Chrome 90 lacks. Imported before them; does nothing in a browser that has it. */

const object = Object as unknown as { hasOwn?: (of: object, key: PropertyKey) => boolean };

object.hasOwn ??= (of, key) => Object.prototype.hasOwnProperty.call(of, key);

export {};
