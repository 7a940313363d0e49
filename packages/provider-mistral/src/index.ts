export { mistralProvider } from "./mistral-provider.ts";
