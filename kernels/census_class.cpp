#include "kernels/census_class.hpp"

namespace statewright::kernels {
namespace {

template <CensusKind kind>
CensusClass class_of_size(const CensusPlan& plan, const std::uint32_t* places) {
  CensusClass found;
  switch (plan.n) {
    case 1:
      class_of<kind, 1>(plan, places, found);
      break;
    case 2:
      class_of<kind, 2>(plan, places, found);
      break;
    case 3:
      class_of<kind, 3>(plan, places, found);
      break;
    default:
      class_of<kind, 4>(plan, places, found);
  }
  return found;
}

}  // namespace

CensusClass census_class_of(const CensusPlan& plan, CensusKind kind, const std::uint32_t* places) {
  switch (kind) {
    case CensusKind::matrices:
      return class_of_size<CensusKind::matrices>(plan, places);
    case CensusKind::diagonal:
      return class_of_size<CensusKind::diagonal>(plan, places);
    case CensusKind::deltanet:
      return class_of_size<CensusKind::deltanet>(plan, places);
    case CensusKind::factor:
      return class_of_size<CensusKind::factor>(plan, places);
    case CensusKind::pairs:
      break;
  }
  return class_of_size<CensusKind::pairs>(plan, places);
}

}  // namespace statewright::kernels
