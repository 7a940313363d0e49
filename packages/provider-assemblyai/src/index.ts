export { assemblyaiProvider } from "./assemblyai-provider.ts";
