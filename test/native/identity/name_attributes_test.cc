// Reading names back from their text.
#include "identity/name_attributes.h"

#include "doctest/doctest.h"

namespace pinlatch::identity {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs Read(std::string_view name) {
  Pairs pairs;
  for (const DecodedAttribute& it : DecodeName(name)) pairs.emplace_back(it.type, it.value);
  return pairs;
}

TEST_CASE("attributes come in the order of the text, of joined ones each") {
  CHECK(Read("").empty());
  CHECK(Read("CN=a,OU=b+OU=c,O=d") == Pairs{{"CN", "a"}, {"OU", "b"}, {"OU", "c"}, {"O", "d"}});
  CHECK(Read("CN=,O=x=y") == Pairs{{"CN", ""}, {"O", "x=y"}});
}

TEST_CASE("escapes are undone") {
  CHECK(Read(R"(CN=a\,b\+c\\,O=\ x\ )") == Pairs{{"CN", R"(a,b+c\)"}, {"O", " x "}});
  CHECK(Read(R"(CN=\0A\5Ca)") == Pairs{{"CN", "\n\\a"}});
  CHECK(Read(R"(CN=\#00)") == Pairs{{"CN", "#00"}});
}

TEST_CASE("a value in DER is read as the string that it is") {
  CHECK(Read("2.5.4.97=#0C026869,CN=x") == Pairs{{"2.5.4.97", "hi"}, {"CN", "x"}});
  CHECK(Read("1.2=#1E020041") == Pairs{{"1.2", "A"}});
  const std::string longer = "#0C8180" + [] {
    std::string digits;
    for (int i = 0; i < 128; ++i) digits += "61";
    return digits;
  }();
  CHECK(Read("1.2=" + longer) == Pairs{{"1.2", std::string(128, 'a')}});
  for (const char* other : {"#", "#0", "#0C", "#0C03", "#0C036869", "#0C01686900", "#04026869",
                            "#0C02FFFE", "#0C83", "#0C84000000026869", "#0CZZ"}) {
    CAPTURE(other);
    CHECK(Read(std::string("1.2=") + other).empty());
  }
}

}  // namespace
}  // namespace pinlatch::identity
