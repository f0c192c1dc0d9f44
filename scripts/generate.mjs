#!/usr/bin/env node
// Makes what src/ has of firmware-config/gateway.schema.json as code, before anything is compiled or tested. What native/ has of
// it, CMake has made when it configures (native/cmake/schema.cmake).

import { BOUNDS_FILE, generateBoundsModule } from './generate-bounds.mjs';
import { generateShape, SHAPE_FILE } from './generate-shape.mjs';
import { GENERATED, generateValidator } from './generate-validator.mjs';
import { readSchema, writeWhole } from './schema.mjs';

const schema = readSchema();
writeWhole(BOUNDS_FILE, generateBoundsModule(schema));
writeWhole(GENERATED, generateValidator(schema));
writeWhole(SHAPE_FILE, await generateShape(schema));
