"""The metrics that the catalogue knows from the start, and what each means.

A metric that is reported under another name is taken as it comes, with no direction, until a curator defines it.
"""

from __future__ import annotations

from typing import Any

from catalog.models import MetricDefinition
from catalog.vocabulary import Direction

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER

_DIRECTED: tuple[tuple[str, str, Direction, str], ...] = (
    # Classification
    ("accuracy", "Accuracy", HIGHER, ""),
    ("top_1_accuracy", "Top-1 accuracy", HIGHER, "%"),
    ("top_5_accuracy", "Top-5 accuracy", HIGHER, "%"),
    ("auroc", "Area under the ROC curve", HIGHER, ""),
    ("auprc", "Area under the precision-recall curve", HIGHER, ""),
    ("precision", "Precision", HIGHER, ""),
    ("recall", "Recall", HIGHER, ""),
    ("f1", "F1", HIGHER, ""),
    ("f1_score", "F1", HIGHER, ""),
    ("f1d", "Detection F1", HIGHER, ""),
    ("cf1", "Per-class F1", HIGHER, "%"),
    ("of1", "Overall F1", HIGHER, "%"),
    ("brier_score", "Brier score", LOWER, ""),
    ("log_loss", "Log loss", LOWER, ""),
    ("silhouette", "Silhouette", HIGHER, ""),
    # Segmentation and detection
    ("mean_dice", "Mean Dice", HIGHER, ""),
    ("binary_dice", "Binary Dice", HIGHER, ""),
    ("val_mean_dice", "Mean Dice, validation", HIGHER, ""),
    ("val_mean_dice_tc", "Mean Dice, tumour core, validation", HIGHER, ""),
    ("val_mean_dice_wt", "Mean Dice, whole tumour, validation", HIGHER, ""),
    ("val_mean_dice_et", "Mean Dice, enhancing tumour, validation", HIGHER, ""),
    ("ts_mean_dice", "Mean Dice, TotalSegmentator", HIGHER, ""),
    ("tcia_mean_dice", "Mean Dice, TCIA", HIGHER, ""),
    ("cchmc_mean_dice", "Mean Dice, CCHMC", HIGHER, ""),
    ("mean_iou", "Mean intersection over union", HIGHER, ""),
    ("pq", "Panoptic quality", HIGHER, ""),
    ("froc", "Free-response ROC score", HIGHER, ""),
    ("val_coco", "COCO score, validation", HIGHER, ""),
    ("map_iou_0_10_0_50_0_05_max_det_100", "mAP, IoU 0.10 to 0.50", HIGHER, ""),
    ("mar_iou_0_10_0_50_0_05_max_det_100", "mAR, IoU 0.10 to 0.50", HIGHER, ""),
    ("ap_iou_0_10_max_det_100", "AP, IoU 0.10", HIGHER, ""),
    ("ar_iou_0_10_max_det_100", "AR, IoU 0.10", HIGHER, ""),
    # Retrieval and language
    ("map", "Mean average precision", HIGHER, "%"),
    ("map_at_10", "Mean average precision at 10", HIGHER, "%"),
    ("recall_at_1", "Recall at 1", HIGHER, "%"),
    ("recall_at_5", "Recall at 5", HIGHER, "%"),
    ("bleu_4", "BLEU-4", HIGHER, ""),
    ("cider", "CIDEr", HIGHER, ""),
    # Regression and forecasts
    ("rmse", "Root mean squared error", LOWER, ""),
    ("mae", "Mean absolute error", LOWER, ""),
    ("mse", "Mean squared error", LOWER, ""),
    ("r2", "Coefficient of determination", HIGHER, ""),
    ("wis", "Weighted interval score", LOWER, ""),
    ("ae_median", "Absolute error of the median", LOWER, ""),
)
_CASE_ADJUSTED = (
    ("wis_scaled_relative_skill", "Relative skill by the weighted interval score", LOWER, "ratio"),
    ("ae_median_scaled_relative_skill", "Relative skill by the absolute error of the median", LOWER, "ratio"),
)
_SAME_DATA_ONLY = (
    ("log_likelihood", "Log-likelihood", HIGHER, ""),
    ("chi2", "Chi-squared", LOWER, ""),
    ("aic", "Akaike information criterion", LOWER, ""),
    ("bic", "Bayesian information criterion", LOWER, ""),
)
_TARGETED = (
    ("interval_coverage_50", "Coverage of the 50 % interval", 0.5),
    ("interval_coverage_95", "Coverage of the 95 % interval", 0.95),
)


def known_metrics() -> list[MetricDefinition]:
    """The definitions, not saved."""
    return [
        *(_directed(*row) for row in _DIRECTED),
        *(_directed(*row, case_adjusted=True) for row in _CASE_ADJUSTED),
        *(_directed(*row, same_data_only=True) for row in _SAME_DATA_ONLY),
        *(
            MetricDefinition(name=name, label=label, unit="proportion", direction=Direction.TARGET, target_value=target)
            for name, label, target in _TARGETED
        ),
    ]


def _directed(name: str, label: str, direction: Direction, unit: str, **traits: bool) -> MetricDefinition:
    return MetricDefinition(name=name, label=label, direction=direction, unit=unit, **traits)


def define_known_metrics(**kwargs: Any) -> None:
    """Define the metrics that are not defined yet, after each migration; a curator's definition stays."""
    standing = set(MetricDefinition.objects.values_list("name", flat=True))
    MetricDefinition.objects.bulk_create(metric for metric in known_metrics() if metric.name not in standing)
