// The main program of every native test executable: doctest's own, after the crypto provider was
// chosen where there is one to choose (provider.cc).
#define DOCTEST_CONFIG_IMPLEMENT
#include "doctest/doctest.h"

namespace pinlatch::test {
__attribute__((weak)) bool ChooseProvider();
}

int main(int argc, char** argv) {
  if (pinlatch::test::ChooseProvider != nullptr && !pinlatch::test::ChooseProvider()) return 2;
  return doctest::Context(argc, argv).run();
}
