// Owns the words about a file that is not what its place wants: what it is, what was expected, and
// the command that makes it so. Pure.
#pragma once

#include <string>
#include <string_view>

#include "material/content.h"

namespace pinlatch::material {

// Place is what a file is wanted for.
enum class Place : uint8_t {
  kOwn,          // the gateway's certificate, `cert`; its key may stand in the same file
  kKey,          // the private key of that, `key`
  kAuthorities,  // the certificates of a trust bundle, `ca`
  kLists,        // its revocation lists, `crl`
  kPresented,    // a certificate of somebody else, with its chain: what commands are asked about
};

// Misfit is for the operator. `found` and `expected` are nouns, `fix` is an instruction; it may be
// empty.
struct Misfit {
  Kind kind = Kind::kBytes;
  std::string found;
  std::string expected;
  std::string fix;
  bool is_damaged = false;  // it has what was expected, or had it once
  // ToString joins them in one line.
  std::string ToString() const;
};

// ShellWord puts a path into single quotes, so that a command can be pasted whatever the path is.
std::string ShellWord(std::string_view path);

// MisfitOf words a file of which nothing can be used. `path` stands in the command; empty: the
// command says FILE.
Misfit MisfitOf(const Content& content, Place place, std::string_view path);
// MisfitBeside words a PEM block that must not stand beside `count` certificates: it would not be
// used, and nobody would know.
Misfit MisfitBeside(const Content& content, size_t count, Place place, std::string_view path);
// Damaged words a block or file that is damaged; `found` is the noun.
Misfit Damaged(std::string found, Place place);

}  // namespace pinlatch::material
