#include "runtime/replay/cause_finder.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

/// Records between two looks at whether to stop.
constexpr std::uint64_t stop_asked_after = 256;

} // namespace

result<void> cause_finder::begin() {
  auto reader = journal_reader::open(journal_);
  if (!reader)
    return reader.error();
  reader_ = std::make_unique<journal_reader>(std::move(*reader));
  again_ = std::make_unique<replay>(kinds_, false);
  all_.forget();
  read_ = began_ = 0;
  return {};
}

result<std::vector<chain_link>> cause_finder::find(std::uint64_t order, std::uint64_t upto,
                                                   const std::function<bool()>& stop) {
  if (!reader_ || upto <= began_) // of an earlier part, which is forgotten
    if (auto begun = begin(); !begun)
      return begun.error();
  while (read_ < upto && reader_->next()) {
    if (stop && read_ % stop_asked_after == 0 && stop()) {
      reader_.reset(); // the record that was just read is lost
      return failure{errc::refused, "interrupted"};
    }
    if (reader_->gap_before()) {
      again_->forget();
      all_.forget();
      began_ = read_;
    }
    ++read_;
    try {
      again_->feed(reader_->kind(), reader_->head(), reader_->body());
    } catch (const failed&) { // the replay of the journal tells of it
      again_->forget();
    }
    if (reader_->kind() == record_kind::event)
      all_.add(reader_->head(), *again_);
  }
  auto links = all_.of(order);
  if (links.empty())
    return failure{
        errc::not_found,
        fmt::format("record {} is no event that was reached in this part of the journal", order)};
  return links;
}

} // namespace troupe::runtime
