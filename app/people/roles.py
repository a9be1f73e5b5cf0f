"""What somebody can be to another, in the words of four languages: a sister is a Schwester, a sœur and a 姐姐."""

from __future__ import annotations

_SAME = """
sister schwester sœur soeur 姐姐 妹妹
brother bruder frère 哥哥 弟弟
mother mutter mère 母亲 妈妈
father vater père 父亲 爸爸
wife frau femme 妻子 太太
husband mann mari 丈夫 先生
partner partnerin compagnon compagne
girlfriend freundin 女朋友
boyfriend freund 男朋友
friend freund freundin ami amie 朋友 好友
son sohn fils 儿子
daughter tochter fille 女儿
niece nichte nièce 侄女
nephew neffe neveu 侄子
aunt tante 阿姨 姑姑
uncle onkel oncle 叔叔 舅舅 伯伯
grandmother grandma großmutter oma grand-mère mamie 奶奶 外婆
grandfather grandpa großvater opa grand-père papi 爷爷 外公
sister-in-law schwägerin belle-sœur
brother-in-law schwager beau-frère
mother-in-law schwiegermutter belle-mère
father-in-law schwiegervater beau-père
neighbour neighbor nachbarin nachbar voisin voisine 邻居
boss chefin chef patron patronne 老板 经理 领导
colleague kollegin kollege collègue 同事
landlord landlady vermieterin vermieter propriétaire 房东
tenant mieterin mieter locataire
doctor ärztin arzt hausärztin hausarzt médecin 医生
dentist zahnärztin zahnarzt dentiste 牙医
vet tierärztin tierarzt vétérinaire 兽医
teacher lehrerin lehrer professeur professeure 老师
lawyer anwältin anwalt avocat avocate 律师
accountant steuerberaterin steuerberater comptable 会计
roommate flatmate mitbewohnerin mitbewohner colocataire 室友
"""
_ROWS = [frozenset(row.split()) for row in _SAME.strip().split("\n")]


def same_roles(role: str) -> frozenset[str]:
    """The words for what this word says, itself among them, in small letters."""
    said = role.casefold()
    return frozenset({said}.union(*(row for row in _ROWS if said in row)))
