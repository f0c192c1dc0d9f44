# The build is CMakeLists.txt. This only sends whoever runs node-gyp to it.
{
  "targets": [
    {
      "target_name": "pinlatch",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake",
          "message": "Building pinlatch.node with CMake",
          "inputs": ["CMakeLists.txt", "native/third_party/lock.json"],
          "outputs": ["<(module_root_dir)/build/Release/pinlatch.node"],
          "action": ["node", "<(module_root_dir)/scripts/build-native.mjs"]
        }
      ]
    }
  ]
}
