/** More processes than this cannot be asked for. */
export const MOST_WORKERS = 64;
