#!/usr/bin/env node
// Makes what src/ has of firmware-config/gateway.schema.json and of native/ as code, before anything is compiled or tested. What native/ has of
// it, CMake has made when it configures (native/cmake/schema.cmake).

import { ATTRIBUTE_NAMES_FILE, generateAttributeNames } from './generate-attribute-names.mjs';
import { BOUNDS_FILE, generateBoundsModule } from './generate-bounds.mjs';
import { generateShape, SHAPE_FILE } from './generate-shape.mjs';
import { GENERATED, generateValidator } from './generate-validator.mjs';
import { readSchema, writeWhole } from './schema.mjs';

const schema = readSchema();
writeWhole(ATTRIBUTE_NAMES_FILE, generateAttributeNames());
writeWhole(BOUNDS_FILE, generateBoundsModule(schema));
writeWhole(GENERATED, generateValidator(schema));
writeWhole(SHAPE_FILE, await generateShape(schema));
