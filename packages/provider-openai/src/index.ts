export { openaiCapabilities } from "./openai-models.ts";
export { openaiProvider } from "./openai-provider.ts";
