import type { StartedProduct } from "../journeys/product.ts";

/** What a product needs so that one test can act as many sources. */
export const BEHIND_PROXY = { TRUST_PROXY: "1", LIMITS_FACTOR: "1" };

/** The same product, called from this address: as the one trusted proxy in front of it reports. */
export function from(run: StartedProduct, address: string): StartedProduct {
  return {
    ...run,
    call: (method, path, options = {}) =>
      run.call(method, path, { ...options, headers: { "x-forwarded-for": address, ...options.headers } }),
  };
}

/** A different address for each number, all of them in networks kept for documentation and benchmarks. */
export function address(number: number): string {
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}
