export { groqProvider } from "./groq-provider.ts";
