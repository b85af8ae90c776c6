/** The version of the API and the product. */
export const VERSION = "0.1.0";
