// Global functions of a vendor's scripts, which may be absent: looked up when they are called.

/** @type {Record<string, any>} */
const page = globalThis;

export const pageFunctions = {
  /** @param {string} name */
  has(name) {
    return typeof page[name] === "function";
  },

  /** @param {string} name @param {...unknown} args */
  call(name, ...args) {
    return page[name](...args);
  },

  /**
   * Calls a function that may throw because there is nothing to do.
   * @param {string} name
   * @param {...unknown} args
   * @returns {boolean} whether it did not
   */
  attempt(name, ...args) {
    try {
      page[name](...args);
      return true;
    } catch (error) {
      console.warn("phone", name, error);
      return false;
    }
  },
};
