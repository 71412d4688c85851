"""The doctor: what is wrong with a model and its training, where, and what to do."""

from hornbeam.training.doctor.checking import check as check
from hornbeam.training.doctor.finding import Diagnosis as Diagnosis
from hornbeam.training.doctor.finding import Finding as Finding
from hornbeam.training.doctor.reports import diagnosis_of as diagnosis_of
