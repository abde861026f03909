#include "tests/support/observed_kind.hpp"

namespace troupe::testing {

using namespace runtime;

observed_kind observed;

namespace {

template <std::size_t... Index>
constexpr std::array<void (*)(service_base&, const void*), sizeof...(Index)>
handlers(std::index_sequence<Index...>) {
  return {+[](service_base& self, const void* what) {
    const auto& hearing = observed.original->hears[Index];
    observed.heard(hearing.codec, what);
    hearing.handle(self, what);
  }...};
}

constexpr std::size_t hears_max = 32;

} // namespace

void observe(const service_kind& kind, bool in_place, message_observer heard) {
  static constexpr auto all = handlers(std::make_index_sequence<hears_max>{});
  TROUPE_CHECK(kind.hears.size() <= hears_max, "a kind hears more messages than can be observed");
  observed = {&kind, std::string{kind.name} + " again", {kind, kind}, std::move(heard)};
  observed.copies[1].name = observed.other_name;
  for (auto& copy : observed.copies) {
    copy.in_place = kind.in_place && in_place;
    for (std::size_t i = 0; i < kind.hears.size(); ++i)
      copy.hears[i].handle = all[i];
  }
}

} // namespace troupe::testing
