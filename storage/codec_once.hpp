// Compiles the codec and JSON of a described type once, in one source file, instead of in every
// file that sends or stores it: most of the time that a build takes goes there.
//   header, after the type:  TROUPE_CODEC_ELSEWHERE(troupe::records::change)
//   one source file:         TROUPE_CODEC_HERE(troupe::records::change)
#pragma once

#include "storage/codec.hpp"
#include "storage/json.hpp"

#define TROUPE_CODEC_ELSEWHERE(type)                                                               \
  extern template void troupe::detail::put<type>(troupe::bytes&, const type&);                     \
  extern template bool troupe::detail::get<type>(type&, std::string_view);                         \
  extern template troupe::json troupe::to_json<type>(const type&);                                 \
  extern template troupe::result<void> troupe::from_json<type>(type&, const troupe::json&);

#define TROUPE_CODEC_HERE(type)                                                                    \
  template void troupe::detail::put<type>(troupe::bytes&, const type&);                            \
  template bool troupe::detail::get<type>(type&, std::string_view);                                \
  template troupe::json troupe::to_json<type>(const type&);                                        \
  template troupe::result<void> troupe::from_json<type>(type&, const troupe::json&);
