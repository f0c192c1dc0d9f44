/**
 * Owns which Node.js runs the programs under test: PINLATCH_TEST_NODE in the environment (scripts/test-nodes.mjs), else the one that
 * runs the tests.
 */
import { execFileSync } from 'node:child_process';

const { PINLATCH_TEST_NODE } = process.env;

/** NODE is the path of its binary. */
export const NODE = PINLATCH_TEST_NODE ?? process.execPath;

/** NODE_ENV is the environment that it needs: what the test runner loads into its own Node is not for another. */
export const NODE_ENV: NodeJS.ProcessEnv =
  PINLATCH_TEST_NODE === undefined ? {} : { NODE_OPTIONS: '' };

/** versionsOfNode are its process.versions. */
export const versionsOfNode = (): NodeJS.ProcessVersions =>
  JSON.parse(
    execFileSync(NODE, ['-p', 'JSON.stringify(process.versions)'], { env: {} }).toString(),
  );
