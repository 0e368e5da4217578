export { defineConfig, type HeadgateConfig, type Settings } from './config.ts'
export { Headgate, type HeadgateProps } from './headgate.ts'
export { Outputs } from './outputs.ts'
export { HeadgateStack } from './stack.ts'
