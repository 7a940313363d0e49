/**
 * Where a worker's own file is: beside this one in the sources, beside the bundle once built. The
 * bundler must be given each of them as an entry.
 */
export function workerUrl(folder: string, name: string): URL {
  const inSources = import.meta.url.endsWith(".ts");
  return new URL(inSources ? `../${folder}/${name}.ts` : `./${name}.mjs`, import.meta.url);
}
