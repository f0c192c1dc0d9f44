// Owns names of odd forms for tests: other types of strings, several attributes in one RDN.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tls/x509_maker.h"

namespace pinlatch::test::x509 {

// Utf16 and Utf32 are the content of a BMPString and a UniversalString with this UTF-8 text.
std::string Utf16(const std::string& text);
std::string Utf32(const std::string& text);

// Rdn is one RelativeDistinguishedName with these attributes, in UTF8String.
Der Rdn(const std::vector<std::pair<std::string, std::string>>& attributes);

}  // namespace pinlatch::test::x509
