export { deepgramProvider } from "./deepgram-provider.ts";
