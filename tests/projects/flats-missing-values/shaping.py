"""How flats are shaped for the model; it travels with the model to where that is served."""

from sklearn.base import BaseEstimator, TransformerMixin


class SizePerRoom(TransformerMixin, BaseEstimator):
    """Adds the size of a room, which a flat without rooms does not have."""

    def fit(self, X, y=None):
        self.feature_names_in_ = X.columns.to_numpy()
        return self

    def transform(self, X):
        return X.assign(per_room=X["size"] / X["rooms"].where(X["rooms"] > 0))
